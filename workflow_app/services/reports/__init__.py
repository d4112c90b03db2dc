"""What a subject reads of itself, and the credit report it may have issued."""
