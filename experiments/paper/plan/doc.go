// Package plan lists the trainings that figures and claims need: the search for each network's rate and input scale, and the trainings with its
// choices. Each is read from the store or from what the program carries, or is a job.
package plan
