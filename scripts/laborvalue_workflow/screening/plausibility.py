"""What no honest table has, however its money is counted: bounds of hours."""

HOURS_OF_A_PERSON = (100, 8784)  # in a year; 220 to 4,430 in the industries of WIOD 2013
