# Talking to the stand-in for containerd: what the CRI is for the real kubelet and crictl.
package StandIn::Cri;
use strict;
use warnings;
use Exporter 'import';
use StandIn::Client;
use StandIn::Json;
our @EXPORT = qw(cri cri_ok CRI_SOCKET);

use constant CRI_SOCKET => '/run/containerd/containerd.sock';

sub cri {       # (answer) or (undef, reason)
    my ($call, $args, $socket) = @_;
    $socket //= CRI_SOCKET;
    my $c = StandIn::Client->over_unix($socket) or return (undef, "connection error: desc = \"transport: Error while dialing dial unix $socket: connect: \l$!\"");
    my ($code, $body) = $c->request('POST', "/$call", $args // {}, { timeout => 30 });
    return (undef, $body) if $code != 200;
    return from_json($body);
}
sub cri_ok { my ($answer, $why) = cri(@_); die "$why\n" unless defined $answer; return $answer }

1;
