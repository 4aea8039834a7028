"""What attendance reads: records and counts, the screens of a lesson, a class and a person, and one scan."""
