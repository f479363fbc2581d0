module lab/images

go 1.24.0
