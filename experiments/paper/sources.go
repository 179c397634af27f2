package paper

// PaperUpdates is how long the paper trained: the length of the curves of its Figure 11.
const PaperUpdates = paperUpdates

// DataName is how a page names a data set.
func DataName(data string) string { return dataName[data] }

// In reports whether the figure of that id draws the training.
func (t Training) In(figure string) bool { return draws(figure, t.Network, t.Data) }
