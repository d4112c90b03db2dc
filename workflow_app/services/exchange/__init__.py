"""Files from machine to machine: what goes out in the field lists of the state, and what targets hold, compared with ours."""
