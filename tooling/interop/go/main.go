// Go's crypto/tls as a server that sends back what it is sent, or as a client between standard input and the connection. What is
// to be told stands on standard error, a word and a value in JSON a line.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// settings are the first argument, as JSON.
type settings struct {
	Role       string
	Port       int
	Cert       string
	Key        string
	Root       string
	ServerName string
	// Code points, of which there are those that Go has by itself when this is empty.
	Groups []tls.CurveID
	Alpn   []string
}

type connected struct {
	Version, Suite, Group uint16
	Alpn, ServerName      string
	Resumed, HelloRetry   bool
}

func main() {
	var s settings
	check(json.Unmarshal([]byte(os.Args[1]), &s))
	config := &tls.Config{MinVersion: tls.VersionTLS13, CurvePreferences: s.Groups, NextProtos: s.Alpn}
	if s.Role == "server" {
		serve(s, config)
	} else {
		talk(s, config)
	}
}

func serve(s settings, config *tls.Config) {
	pair, err := tls.X509KeyPair([]byte(s.Cert), []byte(s.Key))
	check(err)
	config.Certificates = []tls.Certificate{pair}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	tell("LISTENING", listener.Addr().(*net.TCPAddr).Port)
	for {
		raw, err := listener.Accept()
		check(err)
		go func() {
			defer raw.Close()
			connection := tls.Server(raw, config)
			if err := connection.Handshake(); err != nil {
				tell("ERROR", err.Error())
				return
			}
			tellConnected(connection)
			if _, err := io.Copy(connection, connection); err != nil {
				tell("ERROR", err.Error())
				return
			}
			tell("ENDED", true)
			connection.Close()
		}()
	}
}

func talk(s settings, config *tls.Config) {
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AppendCertsFromPEM([]byte(s.Root))
	config.ServerName = s.ServerName
	connection, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port), config)
	if err != nil {
		tell("ERROR", err.Error())
		os.Exit(1)
	}
	tellConnected(connection)
	writer := &wholeWrites{connection: connection}
	go func() {
		io.Copy(writer, os.Stdin)
		connection.CloseWrite()
	}()
	if _, err := io.Copy(os.Stdout, connection); err != nil {
		tell("ERROR", err.Error())
		os.Exit(1)
	}
	tell("ENDED", true)
	writer.Lock()
	connection.Close()
}

// wholeWrites are not cut short: Close says no close_notify while a Write has not returned, be it that all of it has arrived.
type wholeWrites struct {
	sync.Mutex
	connection *tls.Conn
}

func (w *wholeWrites) Write(data []byte) (int, error) {
	w.Lock()
	defer w.Unlock()
	return w.connection.Write(data)
}

func tellConnected(connection *tls.Conn) {
	state := connection.ConnectionState()
	tell("CONNECTED", connected{
		state.Version, state.CipherSuite, uint16(state.CurveID),
		state.NegotiatedProtocol, state.ServerName,
		state.DidResume, state.HelloRetryRequest,
	})
}

func tell(word string, value any) {
	text, err := json.Marshal(value)
	check(err)
	fmt.Fprintf(os.Stderr, "%s %s\n", word, text)
}

func check(err error) {
	if err != nil {
		tell("ERROR", err.Error())
		os.Exit(1)
	}
}
