"""Optional modules, named only in settings; nothing imports this package."""
