"""The demonstration county: invented people and classes, made by the project itself, for trying and for load tests."""
