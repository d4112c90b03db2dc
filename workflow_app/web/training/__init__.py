"""Repair training: classes, lessons, questions, exams and the register."""
