"""`make bench`: what a page, a call and a log-in cost, beside yardsticks that run in the same minutes."""
