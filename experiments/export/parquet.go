package export

import (
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// Parquet writes the table of [CSV] as Apache Parquet, compressed by Snappy: text, int64 and double, and a configuration key as double
// where all its values are numbers.
func Parquet(w io.Writer, runs []*Run) error {
	t := newTable(runs)
	out := parquet.NewWriter(w, t.schema(runs), parquet.Compression(&parquet.Snappy))
	for _, r := range t.rows {
		line := []parquet.Value{parquet.ValueOf(r.run.Name)}
		for _, k := range t.keys {
			if v := r.run.Value(k); numeric(k, runs) {
				f, _ := strconv.ParseFloat(v, 64) // numeric has done it
				line = append(line, parquet.ValueOf(f))
			} else {
				line = append(line, parquet.ValueOf(v))
			}
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

// schema is that of a struct, which keeps the columns in their order.
func (t table) schema(runs []*Run) *parquet.Schema {
	text, integer, number := reflect.TypeFor[string](), reflect.TypeFor[int64](), reflect.TypeFor[float64]()
	var fields []reflect.StructField
	add := func(name string, of reflect.Type) {
		options := ""
		if of == text {
			options = ",dict"
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("C%d", len(fields)), Type: of, Tag: reflect.StructTag(fmt.Sprintf(`parquet:"%s%s"`, name, options)),
		})
	}
	add("run", text)
	for _, k := range t.keys {
		if numeric(k, runs) {
			add(k, number)
		} else {
			add(k, text)
		}
	}
	add("update", integer)
	add("layer", integer)
	add("quantity", text)
	add("value", number)
	return parquet.NewSchema("glorot", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}
