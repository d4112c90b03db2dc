"""Files of penalties and licences that units hand in: checked, decided on by a second person, written."""
