package kernel

func sets() []candidate { return []candidate{{&portable, ""}} }
func pause()            {}
