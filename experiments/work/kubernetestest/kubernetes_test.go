// Package kubernetestest holds what glorot prints for Kubernetes against Kubernetes' own Go types and the rules of its server. It is a
// module of its own, so that glorot does not depend on them.
package kubernetestest

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/run/lease"
	"glorot/experiments/work"

	"github.com/rogpeppe/go-internal/txtar"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/diff"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/batch"
	internalv1 "k8s.io/kubernetes/pkg/apis/batch/v1"
	"k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/third_party/forked/golang/expansion"
	"k8s.io/utils/ptr"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// job is what a Job ought to be, made of the API's own types: everything else is left to the server's defaults.
func job(name string, cells int, k work.Kubernetes, command []string) batchv1.Job {
	rule := func(action batchv1.PodFailurePolicyAction, status int32) batchv1.PodFailurePolicyRule {
		return batchv1.PodFailurePolicyRule{Action: action, OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirement{
			ContainerName: ptr.To("worker"), Operator: batchv1.PodFailurePolicyOnExitCodesOpIn, Values: []int32{status}}}
	}
	return batchv1.Job{
		TypeMeta:   metav1.TypeMeta{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: batchv1.JobSpec{
			CompletionMode:       ptr.To(batchv1.IndexedCompletion),
			Completions:          ptr.To(int32(cells)),
			Parallelism:          ptr.To(int32(k.Jobs)),
			BackoffLimitPerIndex: ptr.To(int32(lease.MaxKilled)), // one more than are killed: it notes the failure
			PodReplacementPolicy: ptr.To(batchv1.Failed),
			PodFailurePolicy: &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{
				rule(batchv1.PodFailurePolicyActionFailIndex, 2),
				rule(batchv1.PodFailurePolicyActionIgnore, 75),
				{Action: batchv1.PodFailurePolicyActionIgnore, OnPodConditions: []batchv1.PodFailurePolicyOnPodConditionsPattern{
					{Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue}}},
			}},
			Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				RestartPolicy:                 corev1.RestartPolicyNever,
				TerminationGracePeriodSeconds: ptr.To(int64(120)),
				AutomountServiceAccountToken:  ptr.To(false),
				Containers: []corev1.Container{{
					Name: "worker", Image: k.Image, Command: command,
					Env: []corev1.EnvVar{{Name: "GOTRACEBACK", Value: "crash"}},
					Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
						corev1.ResourceCPU: *resource.NewQuantity(int64(k.Threads), resource.DecimalSI)}},
					VolumeMounts: []corev1.VolumeMount{{Name: "shared", MountPath: k.Mount}},
				}},
				Volumes: []corev1.Volume{{Name: "shared", VolumeSource: corev1.VolumeSource{
					PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: k.Claim}}}},
			}},
		},
	}
}

// decode reads a manifest as a Job that has no field but the API's, and none twice.
func decode(t rapid.TB, manifest string) batchv1.Job {
	t.Helper()
	var j batchv1.Job
	if err := yaml.UnmarshalStrict([]byte(manifest), &j); err != nil {
		t.Fatalf("%v in\n%s", err, manifest)
	}
	return j
}

// refused are the reasons for which a server of Kubernetes 1.34 would not take a Job into a namespace: its own code makes the defaults and
// judges, after what its strategy for new Jobs sets: the selector and its labels (pkg/registry/batch/job/strategy.go, generateSelector).
func refused(t rapid.TB, j batchv1.Job) field.ErrorList {
	t.Helper()
	j = *j.DeepCopy()
	j.Namespace, j.UID = "default", "0"
	internalv1.SetObjectDefaults_Job(&j)
	var in batch.Job
	if err := internalv1.Convert_v1_Job_To_batch_Job(&j, &in, nil); err != nil {
		t.Fatal(err)
	}
	in.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{batch.ControllerUidLabel: "0"}}
	in.Spec.Template.Labels = map[string]string{batch.ControllerUidLabel: "0", batch.LegacyControllerUidLabel: "0", batch.JobNameLabel: j.Name, batch.LegacyJobNameLabel: j.Name}
	return validation.ValidateJob(&in, validation.JobValidationOptions{RequirePrefixedLabels: true})
}

// What glorot sweep submit prints, as the session of its command has it, is the Job that is meant, and a server takes it.
func TestPrinted(t *testing.T) {
	const session = "../../../cmd/glorot/testdata/kubernetes.txtar"
	a, err := txtar.ParseFile(session)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "job.yaml" })
	if i < 0 {
		t.Fatalf("%s has no job.yaml", session)
	}
	got := decode(t, strings.ReplaceAll(string(a.Files[i].Data), "$WORK", "/shared"))
	want := job("glorot-my-sweep", 6, work.Kubernetes{Image: "registry.example/glorot:1", Claim: "shared", Mount: "/shared", Jobs: 4, Threads: 2},
		[]string{"glorot", "sweep", "cell", "--threads", "2", "--data", "/shared/data", "--", "/shared/My sweep", "$(JOB_COMPLETION_INDEX)"})
	if !equality.Semantic.DeepEqual(got, want) {
		t.Error(diff.Diff(want, got))
	}
	if errs := refused(t, got); len(errs) > 0 {
		t.Error(errs.ToAggregate())
	}
}

// Whatever the worker's words, the folder and the claim are called, the manifest is the Job that is meant, a server takes it, and the worker of an
// index gets the words of the worker as they are, with the index.
func TestManifest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOf(rapid.RuneFrom([]rune(`abz09AZ.-_ '"\#&*!|>%@{}[],?$()~é世` + "\t\n\x01\x7f\u0085\u2028\ufeff😀")))
		name := rapid.Custom(func(t *rapid.T) string { return "x" + word.Draw(t, "word") })
		k := work.Kubernetes{
			Image:   rapid.SampledFrom([]string{"glorot", "1.0", "registry.example:5000/a/b@sha256:00", "on", "null"}).Draw(t, "image"),
			Claim:   rapid.SampledFrom([]string{"shared", "on", "1e3", "0x1", "null", "y", "1.2"}).Draw(t, "claim"),
			Mount:   "/" + name.Draw(t, "mount"),
			Threads: rapid.IntRange(1, 512).Draw(t, "threads"),
			Jobs:    rapid.IntRange(1, work.MostIndexes).Draw(t, "jobs"),
		}
		k.Dir = filepath.Join(k.Mount, strings.Repeat(word.Draw(t, "dir"), rapid.SampledFrom([]int{1, 60}).Draw(t, "times")))
		k.Worker = append([]string{"glorot"}, rapid.SliceOfN(name, 0, 4).Draw(t, "words")...)
		cells := rapid.OneOf(rapid.IntRange(1, 20), rapid.Just(work.MostIndexes)).Draw(t, "cells")
		j := decode(t, k.Manifest(cells))
		if errs := refused(t, j); len(errs) > 0 {
			t.Fatal(errs.ToAggregate())
		}
		command := j.Spec.Template.Spec.Containers[0].Command
		if want := job(j.Name, cells, k, command); !equality.Semantic.DeepEqual(j, want) {
			t.Fatal(diff.Diff(want, j))
		}
		// As the kubelet does, with what the Job controller sets.
		mapping := expansion.MappingFuncFor(map[string]string{batchv1.JobCompletionIndexAnnotation: "no", "JOB_COMPLETION_INDEX": "17"})
		for i := range command {
			command[i] = expansion.Expand(command[i], mapping)
		}
		if want := append(slices.Clone(k.Worker), "17"); !slices.Equal(command, want) {
			t.Fatalf("%q, want %q", command, want)
		}
	})
}

// What becomes of a pod, by the first rule that fits, as the API's documentation has it; without one it counts.
func TestPolicy(t *testing.T) {
	k := work.Kubernetes{Image: "glorot", Claim: "shared", Mount: "/s", Dir: "/s", Threads: 1, Jobs: 1}
	rules := decode(t, k.Manifest(1)).Spec.PodFailurePolicy.Rules
	action := func(status int32, disrupted bool) batchv1.PodFailurePolicyAction {
		for _, r := range rules {
			codes := r.OnExitCodes
			if codes != nil && codes.Operator == batchv1.PodFailurePolicyOnExitCodesOpIn && slices.Contains(codes.Values, status) ||
				disrupted && slices.ContainsFunc(r.OnPodConditions, func(p batchv1.PodFailurePolicyOnPodConditionsPattern) bool { return p.Type == corev1.DisruptionTarget }) {
				return r.Action
			}
		}
		return batchv1.PodFailurePolicyActionCount
	}
	for _, test := range []struct {
		status    int32
		disrupted bool
		want      batchv1.PodFailurePolicyAction
	}{
		{work.ExitFailed, false, batchv1.PodFailurePolicyActionCount},
		{work.ExitPlan, false, batchv1.PodFailurePolicyActionFailIndex},
		{work.ExitPlan, true, batchv1.PodFailurePolicyActionFailIndex},
		{work.ExitAgain, false, batchv1.PodFailurePolicyActionIgnore}, // it waits, or was deleted
		{work.ExitAgain, true, batchv1.PodFailurePolicyActionIgnore},
		{137, false, batchv1.PodFailurePolicyActionCount}, // out of memory
		{137, true, batchv1.PodFailurePolicyActionIgnore}, // evicted, and too slow for its checkpoint
	} {
		if got := action(test.status, test.disrupted); got != test.want {
			t.Errorf("status %d, disrupted %v: %s, want %s", test.status, test.disrupted, got, test.want)
		}
	}
}

// The judge is one: what a server is known to refuse is refused here, with its reason.
func TestRefused(t *testing.T) {
	good := func() batchv1.Job {
		return job("glorot-s", 3, work.Kubernetes{Image: "glorot", Claim: "shared", Mount: "/s", Threads: 1, Jobs: 1}, []string{"glorot"})
	}
	if errs := refused(t, good()); len(errs) > 0 {
		t.Fatal(errs.ToAggregate())
	}
	for reason, spoil := range map[string]func(*batchv1.Job){
		`only "Never" is supported when podFailurePolicy is specified`: func(j *batchv1.Job) { j.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure },
		"requires indexed completion mode":                             func(j *batchv1.Job) { j.Spec.CompletionMode = ptr.To(batchv1.NonIndexedCompletion) },
		"requires the backoffLimitPerIndex to be set":                  func(j *batchv1.Job) { j.Spec.BackoffLimitPerIndex = nil },
		"must be one of the container or initContainer names":          func(j *batchv1.Job) { j.Spec.Template.Spec.Containers[0].Name = "other" },
		"maxFailedIndexes: Required value":                             func(j *batchv1.Job) { j.Spec.Completions = ptr.To(int32(work.MostIndexes + 1)) },
		"will not able to create pod with invalid DNS label":           func(j *batchv1.Job) { j.Name = strings.Repeat("a", 62) },
	} {
		j := good()
		spoil(&j)
		if errs := refused(t, j); len(errs) == 0 || !strings.Contains(errs.ToAggregate().Error(), reason) {
			t.Errorf("%v, want %q", errs.ToAggregate(), reason)
		}
	}
}
