"""Bad faith: the joint-sanction list and the transfer to the police."""
