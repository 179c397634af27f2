// Outside trains, resumes and reads a run from a module of its own.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
	"glorot/graph/hook"
	"glorot/models"
)

func main() {
	c := run.Default()
	c.Model.Hidden, c.Model.Init = []int{30, 20}, "normalized"
	c.Train.Rate, c.Train.Updates = 0.1, 60
	c.Observe.Every, c.Observe.Images = 20, 500
	c.Checkpoint.Every, c.Checkpoint.Digest = 20, 10

	library := dataset.NewLibrary("")
	if err := interrupt(&runner.Runner{Data: library}, "interrupted", c, 33); err != nil {
		log.Fatal(err)
	}
	var traces [2]*run.Trace
	for i, dir := range []string{"interrupted", "straight"} {
		r := &runner.Runner{Data: library, Resumed: func(dir string, update int) { fmt.Println(dir, "resumed at update", update) }}
		var err error
		if traces[i], err = r.Do(context.Background(), dir, c, nil); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("the same weights:", traces[0].Digests[len(traces[0].Digests)-1].SHA256 == traces[1].Digests[len(traces[1].Digests)-1].SHA256)
	fmt.Println("the same log:", bytes.Equal(read("interrupted"), read("straight")))

	kept, err := run.Open("interrupted")
	if err != nil {
		log.Fatal(err)
	}
	history, err := kept.History()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(kept.Manifest().Exit, "after", history.Reached, "updates in", len(kept.Manifest().Sessions), "sessions of", kept.Manifest().Program.Module)
	for _, l := range history.Layers {
		fmt.Printf("update %d: standard deviation of z %.3f, %.3f\n", l.Update, l.Layers.Layers[0].Z.Std, l.Layers.Layers[1].Z.Std)
	}
}

// interrupt trains until an update, with a hook on the training graph, and expects the interrupt.
func interrupt(r *runner.Runner, dir string, c run.Config, update int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	initial, err := models.InitializerByName(c.Model.Init)
	if err != nil {
		return err
	}
	fmt.Println("weights from", initial.Formula)
	r.Attach = func(l *train.Loop) error {
		l.On(hook.At(update), func(context.Context, int) error { cancel(); return nil })
		l.Watch("gradients", hook.Every(20), l.Net.DW, func(o hook.Observation) error {
			var m measure.Moments
			m.Add(o.Values[0].Data)
			fmt.Printf("update %d: standard deviation of dCost/dW of layer 1 %.5f\n", o.Update, m.Std())
			return nil
		})
		return nil
	}
	_, err = r.Do(ctx, dir, c, nil)
	var interrupted *runner.InterruptedError
	if !errors.As(err, &interrupted) {
		return fmt.Errorf("expected an interrupt, got %v", err)
	}
	fmt.Println(err)
	return nil
}

func read(dir string) []byte {
	src, err := os.ReadFile(filepath.Join(dir, run.LogFile))
	if err != nil {
		log.Fatal(err)
	}
	return src
}
