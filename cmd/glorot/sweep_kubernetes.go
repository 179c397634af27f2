package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

// claimName is a DNS subdomain. The API takes another word, too, and then no pod ever starts.
var claimName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// showKubernetes prints the Job of a plan.
func showKubernetes(c *cli.Context, p *sweep.Plan, k sweep.Kubernetes) error {
	if !c.Bool("dry-run") {
		return wrongUse("--engine kubernetes without --dry-run: glorot talks to no cluster; want --dry-run | kubectl apply -f -")
	}
	for _, flag := range []string{"image", "claim"} {
		if err := needs(c, flag); err != nil {
			return err
		}
	}
	k.Image, k.Claim, k.Jobs = c.String("image"), c.String("claim"), len(p.Cells)
	if strings.ContainsAny(k.Image, " \t\n") {
		return wrongUse("--image %q; want a name without spaces", k.Image)
	}
	if !claimName.MatchString(k.Claim) {
		return wrongUse("--claim %q; want the name of a PersistentVolumeClaim: lower-case letters, digits, - and .", k.Claim)
	}
	if c.IsSet("jobs") {
		if k.Jobs = c.Int("jobs"); k.Jobs < 1 {
			return wrongUse("--jobs %d; want 1 or more", k.Jobs)
		}
	}
	if err := mount(c, &k); err != nil {
		return err
	}
	return printJob(c, p, k)
}

// mount finds the folder that the claim holds, which has all that the pods read and write.
func mount(c *cli.Context, k *sweep.Kubernetes) (err error) {
	k.Mount = k.Dir
	if c.IsSet("mount") {
		if k.Mount, err = filepath.Abs(c.String("mount")); err != nil {
			return err
		}
	}
	if strings.Contains(k.Mount, ":") || !utf8.ValidString(k.Dir+k.Data) {
		return wrongUse("--mount %q; want UTF-8 without a colon, which Kubernetes does not take", k.Mount)
	}
	if err := within(k.Mount, "the sweep", k.Dir); err != nil || k.Data == "" {
		return err
	}
	return within(k.Mount, "--data", k.Data)
}

// within refuses a path that is not in the claim's folder.
func within(mount, what, path string) error {
	if in, err := filepath.Rel(mount, path); err != nil || !filepath.IsLocal(in) {
		return wrongUse("%s, %s, is not in %s, which the claim holds; want --mount FOLDER with all that the pods need", what, path, mount)
	}
	return nil
}

// printJob prints the Job unless nothing is left to do.
func printJob(c *cli.Context, p *sweep.Plan, k sweep.Kubernetes) error {
	if len(p.Cells) > sweep.MostIndexes {
		return wrongUse("%s; a Job takes %d; want sweeps of fewer", plural(len(p.Cells), "cell"), sweep.MostIndexes)
	}
	list, err := p.Statuses(k.Dir)
	if err != nil {
		return err
	}
	n := counts(list)
	if n[sweep.Done]+n[sweep.Diverged] == len(list) {
		fmt.Fprintf(c.App.ErrWriter, "glorot: nothing to send; %s\n", counted(list)) // nothing for kubectl
		return nil
	}
	if n[sweep.Failed] > 0 && !c.Bool("retry-failed") {
		warn(c.App.ErrWriter, fmt.Errorf("the Job tries %s again that failed before", plural(n[sweep.Failed], "cell")))
	}
	_, err = fmt.Fprint(c.App.Writer, k.Manifest(p))
	return err
}
