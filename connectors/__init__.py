"""The ways out. `pull` touches the world and means nothing; `read` means something and touches nothing."""
