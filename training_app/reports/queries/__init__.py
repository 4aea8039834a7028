"""What is read across features."""
