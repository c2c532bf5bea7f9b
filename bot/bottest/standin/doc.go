// Package standin is what stand-ins for platforms are made of: servers on
// loopback that behave like a platform, for tests of what talks to it.
//
// A stand-in has a world, which is guarded by one mutex of its own, and keeps
// here what is no matter of the platform: the server and who waits for its world
// to change (Host), the requests that are to go wrong (Faults), those that a
// correct bot would not have sent (Violations), and the reading of JSON. What an
// answer, an error or a refusal looks like is the platform's, and stays with its
// stand-in, however alike two of them look: platforms change one at a time.
package standin
