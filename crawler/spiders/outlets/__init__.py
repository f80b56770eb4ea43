"""One file for each outlet whose pages or addresses need a word of their own, under the name of its spider."""
