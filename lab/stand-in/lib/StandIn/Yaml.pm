# YAML as Kubernetes files use it: block and flow collections, quoted and plain scalars, | and > blocks, several documents. No anchors, no tags.
package StandIn::Yaml;
use strict;
use warnings;
use Exporter 'import';
use StandIn::Json;
our @EXPORT = qw(from_yaml to_yaml);

sub from_yaml {         # all documents (empty ones left out); JSON is YAML too
    my ($text) = @_;
    return (from_json($text)) if $text =~ /^\s*\{\s*"/ && $text !~ /^---/m;
    my @documents;
    for my $part (split /^---(?=\s|$)[^\n]*\n?/m, $text) {
        $part =~ s/^\.\.\.\s*$//mg;
        my @lines = map { s/\s+$//r } split /\n/, $part;
        my $p = { lines => \@lines, at => 0 };
        _skip($p);
        next if $p->{at} >= @lines;
        my $v = _node($p, _indent($lines[$p->{at}]));
        _skip($p);
        die "yaml: line not understood: $lines[$p->{at}]\n" if $p->{at} < @lines;
        push @documents, $v if defined $v;
    }
    return @documents;
}

sub _indent { $_[0] =~ /^( *)/; return length $1 }
sub _skip { my ($p) = @_; $p->{at}++ while $p->{at} < @{ $p->{lines} } && $p->{lines}[ $p->{at} ] =~ /^\s*(#.*)?$/; return }
sub _uncomment { my ($s) = @_; return $s =~ s/(^|\s)#.*$//r if $s !~ /["']/; $s =~ s/^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#|(?<=\w)')*?)\s+#.*$/$1/; return $s }

sub _node {             # the value that starts at the current line, which is indented by $indent
    my ($p, $indent) = @_;
    my $line = $p->{lines}[ $p->{at} ];
    return _sequence($p, $indent) if $line =~ /^ {$indent}-(\s|$)/;
    return _mapping($p, $indent)  if substr($line, $indent) =~ /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s\[\]{}"'#,&*!|>%\@][^#]*?|[^\s\[\]{}"'#,&*!|>%\@]\S*?)\s*:(\s|$)/;
    $p->{at}++;
    return _inline($p, substr($line, $indent), $indent);
}

sub _sequence {
    my ($p, $indent) = @_;
    my @items;
    while (1) {
        _skip($p);
        last if $p->{at} >= @{ $p->{lines} };
        my $line = $p->{lines}[ $p->{at} ];
        last unless $line =~ /^ {$indent}-(?:( +)(\S.*))?$/;
        my ($gap, $rest) = ($1, $2);
        if (!defined $rest || $rest =~ /^#/) {
            $p->{at}++;
            _skip($p);
            my $next = $p->{at} < @{ $p->{lines} } ? _indent($p->{lines}[ $p->{at} ]) : 0;
            push @items, $next > $indent ? _node($p, $next) : undef;
            next;
        }
        # what follows "- " is a node of its own, indented by the dash and the gap
        $p->{lines}[ $p->{at} ] = ' ' x ($indent + 1 + length $gap) . $rest;
        push @items, _node($p, $indent + 1 + length $gap);
    }
    return \@items;
}

sub _mapping {
    my ($p, $indent) = @_;
    my %m;
    while (1) {
        _skip($p);
        last if $p->{at} >= @{ $p->{lines} };
        my $line = $p->{lines}[ $p->{at} ];
        last if _indent($line) != $indent;
        my $body = substr $line, $indent;
        last if $body =~ /^-(\s|$)/;
        $body =~ /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#].*?)\s*:(?:\s+(.*))?$/ or die "yaml: \"key: value\" wanted: $line\n";
        my ($key, $rest) = (_scalar($1), $2 // '');
        if ($rest !~ /^["'\[{]/ && $1 !~ /^["']/ && $body =~ /^([^"'\s#][^:]*(?::(?=\S)[^:]*)*):(?:\s+(.*))?$/) { ($key, $rest) = (_scalar($1), $2 // '') }
        $p->{at}++;
        if ($rest eq '' || $rest =~ /^#/) {
            _skip($p);
            my $line2 = $p->{lines}[ $p->{at} ];
            my $next = defined $line2 ? _indent($line2) : -1;
            $m{"$key"} = $next > $indent ? _node($p, $next) : $next == $indent && $line2 =~ /^ *-(\s|$)/ ? _sequence($p, $indent) : undef;
        }
        else { $m{"$key"} = _inline($p, $rest, $indent) }
    }
    return \%m;
}

sub _inline {           # a value on the line of its key (may go on on the following lines)
    my ($p, $rest, $indent) = @_;
    if ($rest =~ /^([|>])([-+]?)(\d?)([-+]?)\s*(#.*)?$/) { return _block($p, $1, $2 || $4, $indent, $3) }
    if ($rest =~ /^[\[{]/) {
        my $text = $rest;
        while (1) {
            pos($text) = 0;
            my $v = eval { my $x = _flow(\$text); [$x] };
            if ($v) { return $v->[0] if substr($text, pos $text) =~ /^\s*(#.*)?$/; die "yaml: more after the value: $text\n" }
            die $@ if $@ !~ /ends too early/ || $p->{at} >= @{ $p->{lines} };
            $text .= "\n" . $p->{lines}[ $p->{at}++ ];
        }
    }
    if ($rest =~ /^"/) {
        while ($rest !~ /^"(?:[^"\\]|\\.)*"\s*(#.*)?$/s) { die "yaml: quote not closed: $rest\n" if $p->{at} >= @{ $p->{lines} }; my $l = $p->{lines}[ $p->{at}++ ]; $l =~ s/^\s+//; $rest .= " $l" }
        $rest =~ /^("(?:[^"\\]|\\.)*")/s;
        return _scalar($1);
    }
    if ($rest =~ /^'/) { $rest =~ /^('(?:[^']|'')*')/ or die "yaml: quote not closed: $rest\n"; return _scalar($1) }
    my $text = _uncomment($rest);
    while ($p->{at} < @{ $p->{lines} } && $p->{lines}[ $p->{at} ] =~ /\S/ && _indent($p->{lines}[ $p->{at} ]) > $indent && $p->{lines}[ $p->{at} ] !~ /^\s*#/) {    # a plain scalar over several lines
        my $l = $p->{lines}[ $p->{at}++ ]; $l =~ s/^\s+//; $text .= ' ' . _uncomment($l);
    }
    return _scalar($text);
}

sub _block {
    my ($p, $style, $chomp, $indent, $given) = @_;
    my @l;
    my $own = $given ? $indent + $given : undef;
    while ($p->{at} < @{ $p->{lines} }) {
        my $line = $p->{lines}[ $p->{at} ];
        if ($line !~ /\S/) { push @l, ''; $p->{at}++; next }
        $own //= _indent($line);
        last if _indent($line) < $own || $own <= $indent;
        push @l, substr $line, $own;
        $p->{at}++;
    }
    my $empty = 0;
    while (@l && $l[-1] eq '') { pop @l; $empty++ }
    my $text = $style eq '|' ? join("\n", @l) : join(' ', @l);
    return $text if $chomp eq '-';
    return $text . "\n" x (1 + ($chomp eq '+' ? $empty : 0)) if @l;
    return '';
}

sub _flow {
    my ($t) = @_;
    $$t =~ /\G\s+/gc;
    if ($$t =~ /\G\[/gc) {
        my @a;
        while (1) {
            $$t =~ /\G\s+/gc;
            return \@a if $$t =~ /\G\]/gc;
            push @a, _flow($t);
            next if $$t =~ /\G\s*,/gc;
            return \@a if $$t =~ /\G\s*\]/gc;
            die "yaml: flow sequence ends too early\n";
        }
    }
    if ($$t =~ /\G\{/gc) {
        my %h;
        while (1) {
            $$t =~ /\G\s+/gc;
            return \%h if $$t =~ /\G\}/gc;
            $$t =~ /\G("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\[\]{}][^,\[\]{}]*?)\s*:(?=[\s,\}\]\[{"']|$)/gc or $$t =~ /\G("(?:[^"\\]|\\.)*")\s*:/gc or die "yaml: flow mapping ends too early\n";
            my $k = _scalar($1);
            $$t =~ /\G\s+/gc;
            $h{"$k"} = $$t =~ /\G(?=[,\}])/gc ? undef : _flow($t);
            next if $$t =~ /\G\s*,/gc;
            return \%h if $$t =~ /\G\s*\}/gc;
            die "yaml: flow mapping ends too early\n";
        }
    }
    if ($$t =~ /\G("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/gc) { return _scalar($1) }
    if ($$t =~ /\G([^,\[\]{}\n]+)/gc) { my $s = $1; $s =~ s/\s+$//; return _scalar($s) }
    die "yaml: flow value ends too early\n";
}

sub _scalar {
    my ($s) = @_;
    $s =~ s/^\s+|\s+$//g;
    if ($s =~ /^"(.*)"$/s)  { my $q = $1; $q =~ s/\t/\\t/g; $q =~ s/\n/\\n/g; my $v = eval { from_json(qq("$q")) }; return defined $v ? $v : $q }
    if ($s =~ /^'(.*)'$/s)  { return $1 =~ s/''/'/gr }
    return undef if $s eq '' || $s eq '~' || lc $s eq 'null';
    return true  if $s =~ /^(true|True|TRUE)$/;
    return false if $s =~ /^(false|False|FALSE)$/;
    return $s + 0 if $s =~ /^-?(0|[1-9]\d*)(\.\d+)?$/ && length $s < 19;
    return $s;
}

# block style; enough for the files kubeadm writes and for "-o yaml"
sub to_yaml {
    my ($v, $in) = @_;
    $in //= '';
    my $out = '';
    if (ref $v eq 'HASH') {
        return "${in}{}\n" unless %$v;
        for my $k (sort keys %$v) {
            my $x = $v->{$k};
            my $key = _plain($k);
            if    (ref $x eq 'HASH'  && %$x) { $out .= "$in$key:\n" . to_yaml($x, "$in  ") }
            elsif (ref $x eq 'ARRAY' && @$x) { $out .= "$in$key:\n" . to_yaml($x, $in) }
            else                             { $out .= "$in$key: " . _leaf($x, $in) . "\n" }
        }
        return $out;
    }
    if (ref $v eq 'ARRAY') {
        for my $x (@$v) {
            if ((ref $x eq 'HASH' && %$x) || (ref $x eq 'ARRAY' && @$x)) { my $t = to_yaml($x, "$in  "); $t =~ s/^$in  /$in- /; $out .= $t }
            else                                                       { $out .= "$in- " . _leaf($x, $in) . "\n" }
        }
        return $out;
    }
    return $in . _leaf($v, $in) . "\n";
}

sub _leaf {
    my ($x, $in) = @_;
    return '{}' if ref $x eq 'HASH';
    return '[]' if ref $x eq 'ARRAY';
    return 'null' unless defined $x;
    my $j = to_json($x);
    return $j if $j !~ /^"/;
    if ($x =~ /\n/ && $x !~ /^\s|[^\x20-\x7e\n]/) {
        my $chomp = $x =~ /[^\n]\n\z/ ? '' : $x =~ /\n\z/ ? '+' : '-';
        return "|$chomp\n" . join "\n", map { length $_ ? "$in  $_" : '' } split /\n/, $x =~ s/\n\z//r;
    }
    return _plain($x);
}
sub _plain {
    my ($x) = @_;
    return to_json("$x") if $x !~ m{^[A-Za-z0-9_/.<(][-A-Za-z0-9_/.,:+=\@%()<> ;\$]*$} || $x =~ /:(\s|$)|\s$|\s#/ || $x =~ /^(true|false|null|yes|no|on|off|y|n|~|[-+]?(\d[\d_]*\.?[\d_]*|\.\d+)(e[-+]?\d+)?|0x.*|\d+-\d+-\d+.*|\d+:\d+.*)$/i;
    return $x;
}

1;
