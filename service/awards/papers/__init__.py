"""Papers of a dossier: what must be there, what was uploaded, what the system drew up."""
