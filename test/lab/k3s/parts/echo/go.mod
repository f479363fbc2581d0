module lab/parts/echo

go 1.24.0
