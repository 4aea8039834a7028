"""What is read of archives."""
