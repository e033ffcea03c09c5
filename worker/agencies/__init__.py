"""House forms of news agencies: names, take marks, datelines and credit lines; each form is defined once."""
