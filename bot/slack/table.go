package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/pages"
)

// columnOf is the column with the headings of sections, where a table has several.
const columnOf = "On"

// run returns how many blocks at the beginning belong to sections that are one
// table, with the same columns.
func run(of []pages.Block) int {
	n := 0
	for n < len(of) && of[n].Columns == of[0].Columns && of[n].Columns != [3]string{} {
		n++
	}
	return n
}

// table writes sections with columns as a table. It returns nil where there is
// nothing to set, or too much for one.
func table(of []pages.Block) []slack.Block {
	var heading []pages.Stretch
	var rows [][]slack.TableCell
	headings := 0
	for _, b := range of {
		if b.Kind == pages.Heading {
			headings++
		}
	}
	for i := 0; i < len(of); i++ {
		b := of[i]
		if b.Kind == pages.Heading {
			heading = trimmed(b.Text)
			continue
		}
		var label, text, meta []pages.Stretch
		switch b.Kind {
		case pages.Item:
			label, text = cut(b.Text)
			if i+1 < len(of) && of[i+1].Kind == pages.Meta {
				i++
				meta = of[i].Text
			}
		case pages.Meta: // of an item on the page before
			meta = b.Text
		}
		row := []slack.TableCell{cell(label, true), cell(text, false), cell(meta, false)}
		if headings > 1 {
			row = append([]slack.TableCell{cell(heading, true)}, row...)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 || len(rows) >= maxRows {
		return nil
	}
	var head []slack.TableCell
	if headings > 1 {
		head = append(head, cell([]pages.Stretch{{Text: columnOf}}, true))
	}
	for _, c := range of[0].Columns {
		head = append(head, cell([]pages.Stretch{{Text: pages.Line(c)}}, true))
	}
	t := &slack.TableBlock{Type: slack.MBTTable, Rows: append([][]slack.TableCell{head}, rows...)}
	for range head {
		t.ColumnSettings = append(t.ColumnSettings, slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true})
	}
	if headings == 1 {
		var w richWriter
		w.heading(pages.Block{Text: heading})
		return append(w.blocks(), t)
	}
	return []slack.Block{t}
}

// cut parts an item into its label and its words.
func cut(text []pages.Stretch) (label, words []pages.Stretch) {
	if len(text) == 0 || text[0].Style != pages.Strong {
		return nil, text
	}
	first := text[0]
	first.Text = strings.TrimSuffix(first.Text, ":")
	return []pages.Stretch{first}, text[1:]
}

// cell is a cell of a table. None is empty: Slack takes no empty ones.
func cell(text []pages.Stretch, bold bool) slack.TableCell {
	elements := rich(trimmed(text), slack.RichTextSectionTextStyle{Bold: bold})
	if len(elements) == 0 {
		return slack.NewTableRawTextCell(" ")
	}
	return slack.NewTableRichTextCell(slack.NewRichTextSection(elements...))
}
