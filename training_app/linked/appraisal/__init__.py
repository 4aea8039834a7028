"""Annual assessment (年度考核): the training statement of each person for a year, with the source of every figure."""
