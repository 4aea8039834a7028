"""What changes results: hours, schemes, decisions, certificates, requirements."""
