"""Operations: what is known of the functions and methods that prepare rows, a file for each family."""
