# The server's side of one TLS connection. Ciphertext goes in and out as text; the socket stays the event loop's.
package StandIn::Tls;
use strict;
use warnings;

my %contexts;       # by files: made anew when one of them changes, as the real programs do for the next handshake

# new({cert, key, ca, require}): with a CA clients may show a certificate, with require they must show one that it signed
sub new {
    my ($class, $files) = @_;
    my $t = bless { ssl => Net::SSLeay::new(_context($files)), in => Net::SSLeay::BIO_new(Net::SSLeay::BIO_s_mem()), out => Net::SSLeay::BIO_new(Net::SSLeay::BIO_s_mem()) }, $class;
    Net::SSLeay::set_bio(@$t{qw(ssl in out)});
    Net::SSLeay::set_accept_state($t->{ssl});
    return $t;
}

# what the other side sent gives plain text; {ended} says that no more will come
sub decrypt {
    my ($t, $ciphertext) = @_;
    Net::SSLeay::ERR_clear_error();
    Net::SSLeay::BIO_write($t->{in}, $ciphertext);
    if (!$t->{established}) {
        my $result = Net::SSLeay::do_handshake($t->{ssl});
        if ($result != 1) { $t->{ended} = !$t->_waits($result); return '' }
        $t->{established} = 1;
        if (my $certificate = Net::SSLeay::get_peer_certificate($t->{ssl})) {
            $t->{subject} = Net::SSLeay::X509_NAME_print_ex(Net::SSLeay::X509_get_subject_name($certificate), Net::SSLeay::XN_FLAG_ONELINE());
            Net::SSLeay::X509_free($certificate);
            $t->{bad} = Net::SSLeay::get_verify_result($t->{ssl}) != Net::SSLeay::X509_V_OK();
        }
    }
    my $plain = '';
    while (1) {
        my ($part, $result) = Net::SSLeay::read($t->{ssl}, 65536);
        if ($result <= 0) { $t->{ended} = !$t->_waits($result); return $plain }
        $plain .= $part;
    }
}

sub encrypt { my ($t, $plain) = @_; Net::SSLeay::ERR_clear_error(); Net::SSLeay::write($t->{ssl}, $plain) if length $plain; return }

# the ciphertext that waits for the other side
sub waiting { my ($t) = @_; my $n = Net::SSLeay::BIO_pending($t->{out}); return $n ? Net::SSLeay::BIO_read($t->{out}, $n) : '' }

sub _waits { my ($t, $result) = @_; return Net::SSLeay::get_error($t->{ssl}, $result) == Net::SSLeay::ERROR_WANT_READ() }

sub DESTROY { my ($t) = @_; Net::SSLeay::free($t->{ssl}); return }

sub _context {
    my ($files) = @_;
    my $state = join ' ', map { "$_ " . join '.', (stat)[1, 7, 9, 10] } grep { defined } @$files{qw(cert key ca)};
    my $known = $contexts{ $files->{cert} };
    return $known->{context} if $known && $known->{state} eq $state;
    my $made = eval { _make_context($files) };
    return $known->{context} if !$made && $known;      # half of a new pair is there
    die $@ unless $made;
    Net::SSLeay::CTX_free($known->{context}) if $known;     # connections that use it keep it
    $contexts{ $files->{cert} } = { state => $state, context => $made };
    return $made;
}

sub _make_context {
    my ($files) = @_;
    require Net::SSLeay;
    Net::SSLeay::initialize();
    my $context = Net::SSLeay::CTX_new_with_method(Net::SSLeay::TLS_server_method());
    Net::SSLeay::CTX_set_options($context, Net::SSLeay::OP_NO_TICKET());
    Net::SSLeay::CTX_set_num_tickets($context, 0);
    Net::SSLeay::CTX_set_session_cache_mode($context, 0);      # SSL_SESS_CACHE_OFF
    Net::SSLeay::CTX_use_certificate_chain_file($context, $files->{cert}) && Net::SSLeay::CTX_use_PrivateKey_file($context, $files->{key}, Net::SSLeay::FILETYPE_PEM())
        or die "tls: $files->{cert} and $files->{key}: " . Net::SSLeay::ERR_error_string(Net::SSLeay::ERR_get_error()) . "\n";
    return $context unless $files->{ca};
    Net::SSLeay::CTX_load_verify_locations($context, $files->{ca}, '') or die "tls: $files->{ca} holds no certificate\n";
    Net::SSLeay::CTX_set_client_CA_list($context, Net::SSLeay::load_client_CA_file($files->{ca}));
    # Who need not show a certificate is not turned away for a bad one: the answer is 401.
    if ($files->{require}) { Net::SSLeay::CTX_set_verify($context, Net::SSLeay::VERIFY_PEER() | Net::SSLeay::VERIFY_FAIL_IF_NO_PEER_CERT()) }
    else                   { Net::SSLeay::CTX_set_verify($context, Net::SSLeay::VERIFY_PEER(), sub { 1 }) }
    return $context;
}

1;
