"""Panel estimators and the tables of the paper: fixed effects, instruments, robust covariances."""
