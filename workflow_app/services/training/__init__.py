"""Training: classes and their content, enrolling, study time, exams, certificates, figures."""
