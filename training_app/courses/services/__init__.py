"""Use cases on the catalogue, the sites and the routes, by topic."""
