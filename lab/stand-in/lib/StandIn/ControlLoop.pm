# What kube-controller-manager and kube-scheduler share: a lease that one of them holds, and lists that are decoded only when they changed.
package StandIn::ControlLoop;
use strict;
use warnings;
use StandIn::Util;
use StandIn::Json;
use StandIn::Client;
use StandIn::Server;
use StandIn::Resources;

sub new { my ($class, $name) = @_; return bless { name => $name, me => hostname_lc() . '_' . new_uid(), cache => {}, seen => '' }, $class }

sub api {               # (code, object)
    my ($self, $method, $path, $body, $type, $tag) = @_;
    if (!$self->{c} || $self->{c}{broken}) { $self->{c} = StandIn::Client->over_unix(RUN . '/apiserver.sock') or return (0, undef) }
    my ($code, $text) = $self->{c}->request($method, $path, $body, { type => $type, timeout => 10, tag => $tag });
    return (0, undef) unless $code;
    return ($code, $text) if $method eq 'GET' && ($type // '') eq 'text';
    return ($code, $text =~ /^\s*[\[{]/ ? from_json($text) : $text);
}
sub list {              # the items, or dies; the same array as before when nothing changed
    my ($self, $plural) = @_;
    my $have = $self->{cache}{$plural};
    my ($code, $text) = $self->api('GET', resource_path($RESOURCES{$plural}), undef, 'text', $have ? $have->{tag} : undef);
    return $have->{items} if $code == 304;
    die "list $plural: $code\n" if $code != 200;
    $self->{changed} = 1 unless $plural eq 'leases';
    $have = $self->{cache}{$plural} = { tag => $self->{c}{tag}, items => from_json($text)->{items} };
    return $have->{items};
}
sub patch { my ($self, $r, $o, $patch) = @_; return $self->api('PATCH', resource_path($RESOURCES{$r}, $o->{metadata}{namespace}, $o->{metadata}{name}), $patch, 'application/strategic-merge-patch+json') }

sub leads {             # do we hold the lease?
    my ($self) = @_;
    my $path = resource_path($RESOURCES{leases}, 'kube-system', $self->{name});
    return 1 if $self->{holds} && now() - $self->{renewed} < 4;
    my ($code, $l) = $self->api('GET', $path);
    return $self->{holds} = 0 unless $code == 200 || $code == 404;
    my $t = now();
    if ($code == 404) { ($code) = $self->api('POST', $path =~ s{/[^/]+$}{}r, { metadata => { name => $self->{name}, namespace => 'kube-system' }, spec => { holderIdentity => $self->{me}, leaseDurationSeconds => 15, acquireTime => rfc3339micro($t), renewTime => rfc3339micro($t), leaseTransitions => 0 } }) }
    else {
        my $mine = $l->{spec}{holderIdentity} eq $self->{me};
        my $sign = "$l->{spec}{holderIdentity} $l->{spec}{renewTime}";
        if ($sign ne $self->{seen}) { @$self{qw(seen seen_at)} = ($sign, $t) }
        return $self->{holds} = 0 if !$mine && $t - $self->{seen_at} < 15;
        @{ $l->{spec} }{qw(holderIdentity renewTime)} = ($self->{me}, rfc3339micro($t));
        ($code) = $self->api('PUT', $path, $l);
    }
    $self->{holds} = $code == 200 || $code == 201;
    $self->{renewed} = $t if $self->{holds};
    return $self->{holds};
}

sub run_forever {       # the health port, and the work when we lead
    my ($self, $port, $tls, $period, $work) = @_;
    my $server = StandIn::Server->new;
    $SIG{TERM} = $SIG{INT} = sub { exit 0 };
    $server->listen_on(address => '127.0.0.1', port => $port, tls => $tls, handler => sub { return $_[0]{path} =~ m{^/healthz} ? [200, 'text/plain', 'ok'] : [403, 'application/json', { kind => 'Status', code => 403 }] });
    $server->every($period, sub { eval { $work->() if $self->leads; 1 } or do { print 'E', klog_time(), "       1 stand-in: $@" unless ($self->{last_error} // '') eq $@; $self->{last_error} = $@ } });
    $server->serve;
    return;
}

1;
