"""What the screens and other features read of the people's records."""
