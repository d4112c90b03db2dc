"""Applications for repair: who may file, what is known, the check before sending, the letter that tells how."""
