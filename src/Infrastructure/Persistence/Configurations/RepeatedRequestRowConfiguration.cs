using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class RepeatedRequestRowConfiguration : IEntityTypeConfiguration<RepeatedRequestRow>
{
    public void Configure(EntityTypeBuilder<RepeatedRequestRow> builder)
    {
        builder.ToTable("RepeatedRequests");
        builder.HasKey(r => new { r.UserId, r.Key });
        builder.Property(r => r.Key).HasMaxLength(128);
        builder.HasIndex(r => r.At);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
