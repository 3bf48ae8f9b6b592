"""The ways out for messages: text messages, mail, robots of groups, and a folder for closed networks."""
