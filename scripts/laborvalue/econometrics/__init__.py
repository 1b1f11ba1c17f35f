"""Panel econometrics: two-way fixed effects, instruments, robust covariances, the register of the tables."""
