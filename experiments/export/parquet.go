package export

import (
	"fmt"
	"io"
	"reflect"
	"strconv"

	"glorot/experiments/run"

	"github.com/parquet-go/parquet-go"
)

// Parquet writes the table of [CSV] as Apache Parquet, compressed by Snappy. The column of a key has the type of the key: double for
// numbers, int64 for counts, uint64 for seeds, text otherwise.
func Parquet(w io.Writer, runs []*Run, keys []string) error {
	t := newTable(runs, keys)
	kinds := make([]run.Kind, len(t.keys))
	for i, k := range t.keys {
		kinds[i] = run.KindOf(k)
	}
	out := parquet.NewWriter(w, t.schema(kinds), parquet.Compression(&parquet.Snappy))
	for _, r := range t.rows {
		var line []parquet.Value
		for i, k := range t.keys {
			v, err := typed(kinds[i], r.run.Value(k))
			if err != nil {
				return fmt.Errorf("%s: %s: %w", r.run.Name, k, err)
			}
			line = append(line, parquet.ValueOf(v))
		}
		line = append(line, parquet.ValueOf(int64(r.update)), parquet.ValueOf(int64(r.layer)), parquet.ValueOf(r.quantity), parquet.ValueOf(r.value))
		for i := range line {
			line[i] = line[i].Level(0, 0, i)
		}
		if _, err := out.WriteRows([]parquet.Row{line}); err != nil {
			return err
		}
	}
	return out.Close()
}

// typed returns a value of a key in the type of its column.
func typed(kind run.Kind, value string) (any, error) {
	switch kind {
	case run.Number:
		return strconv.ParseFloat(value, 64)
	case run.Integer:
		return strconv.ParseInt(value, 10, 64)
	case run.Unsigned:
		return strconv.ParseUint(value, 10, 64)
	}
	return value, nil
}

// columnTypes are the column types of the kinds of keys.
var columnTypes = map[run.Kind]reflect.Type{
	run.Text: reflect.TypeFor[string](), run.Integer: reflect.TypeFor[int64](), run.Unsigned: reflect.TypeFor[uint64](), run.Number: reflect.TypeFor[float64](),
}

// schema returns a schema from a struct type, which keeps the order of the columns.
func (t table) schema(kinds []run.Kind) *parquet.Schema {
	var fields []reflect.StructField
	add := func(name string, kind run.Kind) {
		options := ""
		if kind == run.Text {
			options = ",dict"
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("C%d", len(fields)), Type: columnTypes[kind], Tag: reflect.StructTag(fmt.Sprintf(`parquet:"%s%s"`, name, options)),
		})
	}
	for i, k := range t.keys {
		add(k, kinds[i])
	}
	add("update", run.Integer)
	add("layer", run.Integer)
	add("quantity", run.Text)
	add("value", run.Number)
	return parquet.NewSchema("glorot", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}
