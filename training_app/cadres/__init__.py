"""Cadres: the people and their records, and the file of each with places that other features fill.

Words: *cadre* (干部, the person record), *post* and *rank* (职务, 职级), *party member* (党员: a membership held
by a person record, who need not be in the cadre register). Hours, results and certificates come from above.
"""
