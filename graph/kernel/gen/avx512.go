package main

func (p *program) avx512() (map[string][]byte, error) { return nil, nil }
