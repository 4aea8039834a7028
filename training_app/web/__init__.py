"""Flask ground shared by all screens: access, errors, forms, lists, navigation, slots. Knows no feature."""
