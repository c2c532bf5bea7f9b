package store

import (
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
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem())
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

func TestDecodeBody_ReadsEveryFieldThatEncodeBodyWrites(t *testing.T) {
	for _, kind := range briefings.RecordKinds {
		body, err := encodeBody(filled(kind), decodeTime)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeBody(kind, body, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		briefings.SetVersion(got, briefings.Version{})
		if diff := cmp.Diff(filled(kind), got, equalMoments); diff != "" {
			t.Errorf("%s: got + want -:\n%s", kind, diff)
		}
	}
}

var equalMoments = cmp.Comparer(func(a, b briefings.Moment) bool { return a == b })
