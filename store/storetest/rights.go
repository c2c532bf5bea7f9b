package storetest

import (
	"github.com/briefbot/briefbot/briefings"
)

// grantTo gives a role in a workspace.
func grantTo(p briefings.Platform, ws briefings.Workspace, to briefings.Grantee, id string, role briefings.Role) briefings.Grant {
	return briefings.Grant{Platform: p, Workspace: ws, To: to, ID: id, Role: role}
}

func (w *world) grant(book briefings.BookID, list ...briefings.Grant) {
	w.t.Helper()
	for _, g := range list {
		w.ok(w.s.Grant(w.ctx, book, deed(tuesday), g))
	}
}

func (w *world) link(book briefings.BookID, a, b briefings.Actor) {
	w.t.Helper()
	w.ok(w.s.Link(w.ctx, book, deed(tuesday), a, b))
}

var rightsTests = []conformance{
	{"GrantsComeInOneOrder", func(w *world) {
		w.book("talks", monday)
		want := []briefings.Grant{
			grantTo("discord", "", briefings.ToDirect, "", briefings.Contributor),
			grantTo("discord", "guild", briefings.ToEveryone, "", briefings.Contributor),
			grantTo("discord", "guild", briefings.ToGroup, "10", briefings.Editor),
			grantTo("discord", "guild", briefings.ToGroup, "9", briefings.Admin),
			grantTo("discord", "guild", briefings.ToUser, "9", briefings.Reader), // as a group is called
			grantTo("discord", "guild", briefings.ToDirect, "", briefings.Contributor),
			grantTo("discord", "guild", briefings.ToGuests, "", briefings.Reader),
			grantTo("slack", "T1", briefings.ToGroup, "S1", briefings.Editor),
			grantTo("slack", "T1", briefings.ToGroup, "s1", briefings.Contributor),
			grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Admin),
			grantTo("slack", "T2", briefings.ToUser, "UADA", briefings.Editor),
		}
		for i := range want {
			w.grant("talks", want[(i*7+3)%len(want)])
		}
		w.equal(w.rights("talks"), &briefings.Rights{Grants: want})
	}},
	{"AGrantTakesThePlaceOfTheLast", func(w *world) {
		w.book("talks", monday)
		user, group := grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Editor), grantTo("slack", "T1", briefings.ToGroup, "S1", briefings.Editor)
		w.grant("talks", user, group)
		user.Role, group.Role = briefings.Contributor, briefings.Admin
		w.grant("talks", user, group)
		w.equal(w.rights("talks").Grants, []briefings.Grant{group, user})
		user.Role = briefings.NoRole
		w.grant("talks", user)
		w.grant("talks", user) // nothing is there to take
		w.equal(w.rights("talks").Grants, []briefings.Grant{group})
	}},
	{"AGrantThatCannotBeKeptIsRefused", func(w *world) {
		w.book("talks", monday)
		for _, g := range []briefings.Grant{
			{},
			grantTo("slack", "T1", briefings.ToUser, "", briefings.Editor),
			grantTo("slack", "T1", briefings.ToEveryone, "x", briefings.Contributor),
			grantTo("slack", "T1", briefings.ToEveryone, "", briefings.Editor),
			grantTo("slack", "T1", "somebody", "x", briefings.Editor),
			grantTo("slack", "T1", briefings.ToGroup, "S1", 7),
			grantTo("slack", "T1", briefings.ToGroup, "S\x00", briefings.Editor),
			grantTo("slack", "T\xff", briefings.ToUser, "U", briefings.Editor),
		} {
			w.fails(w.s.Grant(w.ctx, "talks", deed(tuesday), g), briefings.ErrInvalid)
		}
		w.equal(w.rights("talks"), &briefings.Rights{})
	}},
	{"LinksMakeOnePersonOfAll", func(w *world) {
		w.book("talks", monday)
		w.link("talks", ada, bob)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{bob, ada}})
		w.link("talks", ada, bob) // it was so
		w.link("talks", carl, editor)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{carl, editor}, {bob, ada}})
		w.link("talks", editor, ada)
		all := [][]briefings.Actor{{carl, bob, editor, ada}}
		w.equal(w.rights("talks").Persons, all)
		w.link("talks", bob, carl)
		w.equal(w.rights("talks").Persons, all)
		w.equal(len(w.rights("talks").Same(ada)), 4)
	}},
	{"AnUnlinkedAccountIsNobodyElses", func(w *world) {
		w.book("talks", monday)
		w.link("talks", ada, bob)
		w.link("talks", bob, carl)
		unlink := func(a briefings.Actor) { w.ok(w.s.Unlink(w.ctx, "talks", deed(tuesday), a)) }
		unlink(ada)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{carl, bob}})
		// It comes to whom it is linked now, not back.
		w.link("talks", ada, editor)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{carl, bob}, {editor, ada}})
		unlink(ada)
		unlink(ada)
		unlink(bob)
		unlink(briefings.Actor{Platform: "slack", User: "nobody"})
		w.equal(len(w.rights("talks").Persons), 0)
		// Nobody is a person of one.
		w.link("talks", carl, editor)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{carl, editor}})
	}},
	{"WhatCannotBeAnAccountIsRefused", func(w *world) {
		w.book("talks", monday)
		for _, bad := range []briefings.Actor{{}, {Platform: "slack"}, {User: "U1"}, {Platform: "slack", User: "U\x00"}, {Platform: "slack", Workspace: "\xff", User: "U1"}} {
			w.fails(w.s.Link(w.ctx, "talks", deed(tuesday), ada, bad), briefings.ErrInvalid)
			w.fails(w.s.Link(w.ctx, "talks", deed(tuesday), bad, ada), briefings.ErrInvalid)
			w.fails(w.s.Unlink(w.ctx, "talks", deed(tuesday), bad), briefings.ErrInvalid)
			w.fails(w.s.Erase(w.ctx, "talks", deed(tuesday), []briefings.Actor{ada, bad}), briefings.ErrInvalid)
		}
		w.fails(w.s.Link(w.ctx, "talks", deed(tuesday), ada, ada), briefings.ErrInvalid)
		w.fails(w.s.Erase(w.ctx, "talks", deed(tuesday), nil), briefings.ErrInvalid)
		w.equal(w.marks("talks").Audit, int64(1))
	}},
	{"ManyWhoGrantAndLinkAtOnce", func(w *world) {
		w.book("talks", monday)
		account := func(n int) briefings.Actor {
			return briefings.Actor{Platform: "slack", Workspace: "T1", User: briefings.UserID(token(n))}
		}
		done := make(chan error, appliers)
		for i := range appliers {
			go func() {
				var err error
				for j := 0; j < editsByApplier && err == nil; j++ {
					if err = w.s.Link(w.ctx, "talks", deed(tuesday), account(j), account(j+1)); err == nil {
						err = w.s.Grant(w.ctx, "talks", deed(tuesday), grantTo("slack", "T1", briefings.ToUser, string(account(i).User), briefings.Editor))
					}
				}
				done <- err
			}()
		}
		for range appliers {
			w.ok(<-done)
		}
		r := w.rights("talks")
		w.equal([]int{len(r.Grants), len(r.Persons), len(r.Persons[0])}, []int{appliers, 1, editsByApplier + 1})
		w.equal(w.marks("talks").Audit, int64(1+2*appliers*editsByApplier))
	}},
}
