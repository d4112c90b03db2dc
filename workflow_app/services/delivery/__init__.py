"""What reaches people and places after commit: the outbox, its jobs, notices, mail."""
