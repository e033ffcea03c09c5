"""House forms of news agencies: names, marks, datelines and credit lines, each form once."""
