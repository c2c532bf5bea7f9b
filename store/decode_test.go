package store

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

var decodeTime = time.Date(2025, 12, 2, 21, 40, 0, int(250*time.Millisecond), time.UTC)

// fillIn sets every field of v, so that a field that is new is tested too.
func fillIn(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = decodeTime
		return
	case *briefings.Moment:
		*x = briefings.At(decodeTime, briefings.Minute)
		return
	case *briefings.Version:
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text of " + v.Type().Name())
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(48 * time.Hour))
		if v.Type() == reflect.TypeFor[int]() {
			v.SetInt(48)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillIn(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i))
		}
	default:
		panic("a field of a kind that fillIn does not know: " + v.Type().String())
	}
}

func filled(kind briefings.RecordKind) briefings.Record {
	r := briefings.NewRecord(kind)
	fillIn(reflect.ValueOf(r).Elem())
	return r
}

var quickKinds = []briefings.RecordKind{briefings.SourceRecord, briefings.EntryRecord, briefings.ReportRecord}

func TestDecodeQuick_KnowsEveryFieldAsEncodingJSONDoes(t *testing.T) {
	for _, kind := range quickKinds {
		body, err := encodeBody(filled(kind), decodeTime)
		if err != nil {
			t.Fatal(err)
		}
		got := decodeQuick(kind, body.String)
		if got == nil {
			t.Fatalf("%s: left to encoding/json, which makes starting slow: teach decodeQuick the new field in %s", kind, body.String)
		}
		if diff := cmp.Diff(filled(kind), got, equalMoments); diff != "" {
			t.Errorf("%s: got + want -:\n%s", kind, diff)
		}
	}
}

var equalMoments = cmp.Comparer(func(a, b briefings.Moment) bool { return a == b })

func FuzzDecodeQuick(f *testing.F) {
	for i, kind := range quickKinds {
		body, err := encodeBody(filled(kind), decodeTime)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, body.String)
	}
	for _, s := range []string{
		`{"name":"a\u0000\n\"b\\","id":"x"}`, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}", `{"name":"a","name":"b"}`, `{"NAME":"a"}`,
		`{"name":null}`, `{"name":1}`, `{}`, `{"aliases":[]}`, `{"aliases":["a",]}`, `{"importance":-0}`, `{"importance":1e3}`, `{"importance":9999999999}`,
		`{"claim":{"recorded":"2025-12-02T08:00:00.123456789Z","occurred":"2025"}}`, `{"claim":{"recorded":"2025-12-02T08:00:00,5Z"}}`,
		`{"claim":{"recorded":"2025-12-02T8:00:00Z","occurred":"0000-01-01"}}`, `{"claim":{"occurred":"2025-12-02T24:00Z"}}`, `{"name":"a"} `, `{"name":"a"}{}`, "{\"name\":\"a\tb\"}", "{\"name\":\"é\tb\"}",
	} {
		f.Add(1, s)
		f.Add(2, s)
	}
	f.Fuzz(func(t *testing.T, i int, body string) {
		kind := quickKinds[((i%3)+3)%3]
		got := decodeQuick(kind, body)
		if got == nil {
			return
		}
		want := briefings.NewRecord(kind)
		if err := json.Unmarshal([]byte(body), want); err != nil {
			t.Fatalf("read what is not right (%v): %s", err, body)
		}
		if diff := cmp.Diff(want, got, equalMoments); diff != "" {
			t.Fatalf("%s: got + want -:\n%s", body, diff)
		}
	})
}
