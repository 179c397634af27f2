// Package figure draws the paper's figures, each in a file of its number, and sets its tables. Figures and tables only read observations, except
// Figure 1, which also draws images from the generator.
package figure
