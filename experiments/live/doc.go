// Package live reads runs from their files alone, while other processes, perhaps on other machines, write them. It writes nothing.
//
// A [Lister] lists many runs fast: of each it reads the manifest, the configuration and the end of the log, and of those that it knows only what
// has changed. A [Follower] knows one run in detail, and reads only what is new. A [Tail] reads the new lines of one file.
package live
