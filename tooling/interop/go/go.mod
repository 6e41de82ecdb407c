module tlskit/interop

go 1.26
