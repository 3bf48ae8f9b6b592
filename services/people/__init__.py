"""Who works here: accounts, logins, absence, recusal, what they were told and what they saw in plain."""
